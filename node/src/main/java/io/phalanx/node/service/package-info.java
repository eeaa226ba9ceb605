/** Which of a service's servers a request is sent to. */
@NullMarked
package io.phalanx.node.service;

import org.jspecify.annotations.NullMarked;
