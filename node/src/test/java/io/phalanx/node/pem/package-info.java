@org.jspecify.annotations.NullMarked
package io.phalanx.node.pem;
