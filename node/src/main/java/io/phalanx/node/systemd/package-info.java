/** What systemd hands to a service that it starts. */
@NullMarked
package io.phalanx.node.systemd;

import org.jspecify.annotations.NullMarked;
