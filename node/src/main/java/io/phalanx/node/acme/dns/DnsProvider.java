package io.phalanx.node.acme.dns;

/**
 * A service that keeps the records of zones. Calls wait for it, each for a bounded time. Not called
 * by several threads at once.
 *
 * <ul>
 *   <li>Values: each record is one value among perhaps several of its name. {@link #add} and {@link
 *       #remove} leave the others as they are, whoever wrote them.
 *   <li>Repetition: to add what is there, or to remove what is not, does nothing.
 * </ul>
 */
interface DnsProvider {
  /**
   * Has the record be there. Whether name servers show it already is another matter.
   *
   * @throws DnsException with the service's own words, if it does not
   */
  void add(ChallengeRecord record) throws DnsException, InterruptedException;

  void remove(ChallengeRecord record) throws DnsException, InterruptedException;
}
