/**
 * The ledger: who the fleet's members are and which revisions it had, agreed on by a majority of
 * the members that are known, whoever of them is there.
 */
@NullMarked
package io.phalanx.cluster.ledger;

import org.jspecify.annotations.NullMarked;
