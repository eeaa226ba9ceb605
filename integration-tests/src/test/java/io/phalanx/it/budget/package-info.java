/** What a decision about a shared budget costs. */
package io.phalanx.it.budget;
