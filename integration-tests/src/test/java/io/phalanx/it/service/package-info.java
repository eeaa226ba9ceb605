/** A node as a service of a machine: what its supervisor is told, and how it ends. */
@NullMarked
package io.phalanx.it.service;

import org.jspecify.annotations.NullMarked;
