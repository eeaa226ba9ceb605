package io.undertow.server.handlers;

import io.undertow.server.HandlerWrapper;

/**
 * Stands in the place of Undertow's class of this name, which its HTTP/1.1 listener puts in front
 * of every handler and which cannot be turned off. That one runs regular expressions over each
 * {@code Host}, refuses an absolute target whose host differs from the header (RFC 9112, section
 * 3.2.2 says that the target counts) and answers before the entry point sees the request. Ours lets
 * all pass: the entry point checks the host itself. This project's classes come before Undertow's
 * on the class path, and the entry point makes sure of it.
 */
public final class HostHeaderHandler {
  public static final HandlerWrapper WRAPPER = handler -> handler;

  private HostHeaderHandler() {}
}
