package io.phalanx.node.buffering;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.exchange.Tunnel;
import io.phalanx.node.exchange.WrappedExchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One try at answering an exchange, whose answer is held until it is whole. To those behind it is
 * an exchange like any other; nothing of it reaches the exchange before the holder says so.
 */
public final class BufferedTry extends WrappedExchange {
  /** An answer that is whole, or none. One of these is called, once. */
  public interface Holder {
    /**
     * The answer is there.
     *
     * @param announced the length that the server announced, for answers without a body
     */
    void whole(ResponseHead head, long announced, BodySource body);

    /** It is longer than it may be. */
    void tooLong();

    void failed(Failure failure);
  }

  private final RequestHead request;
  private final BodySource body;
  private final Spool spool;
  private final long most;
  private final Holder holder;
  private final ResponseHead response = new ResponseHead(200, new HeaderLines());
  private final List<ResponseStep> steps = new ArrayList<>(2);
  private final List<Runnable> whenOver = new ArrayList<>(2);
  private @Nullable Runnable cleanup;
  private boolean over;
  private boolean discarded;

  /**
   * @param exchange its {@link Exchange#whenAbandoned} is this one's from here on
   * @param spool takes the answer; released by whoever made it
   * @param most bytes of the answer's body; 0 for no limit
   */
  public BufferedTry(
      Exchange exchange,
      RequestHead request,
      BodySource body,
      Spool spool,
      long most,
      Holder holder) {
    super(exchange);
    this.request = request;
    this.body = body;
    this.spool = spool;
    this.most = most;
    this.holder = holder;
  }

  /** Has {@code behind} answer. What it throws is a failure of this node. */
  public void start(ExchangeHandler behind) {
    exchange.whenAbandoned(this::abandon);
    exchange.whenOver(this::tellOver);
    try {
      behind.handle(this);
    } catch (RuntimeException | Error e) {
      fail(Failure.unforeseen(e));
    }
  }

  private void abandon() {
    Runnable told = cleanup;
    over = true;
    cleanup = null;
    if (told != null) {
      told.run();
    }
  }

  /** Nothing of it is wanted: for those behind it is over. */
  public void discard() {
    discarded = true;
    body.stopWaiting();
    tellOver();
  }

  private void tellOver() {
    List<Runnable> all = List.copyOf(whenOver);
    whenOver.clear();
    all.forEach(Runnable::run);
  }

  private void runSteps() {
    for (int i = steps.size() - 1; i >= 0; i--) {
      steps.get(i).onResponse(response);
    }
  }

  @Override
  public BodySink startResponse(long length) {
    runSteps();
    if (most > 0 && length > most && !request.method().equals("HEAD")) {
      endEarly(holder::tooLong);
    }
    return new Held(length);
  }

  /** Whoever writes is told with its next bytes. */
  private void endEarly(Runnable told) {
    if (!over) {
      over = true;
      cleanup = null;
      told.run();
    }
  }

  @Override
  public void respond(Answer answer) {
    if (over) {
      return;
    }
    response.status(answer.status());
    answer.putInto(response.headers());
    byte[] bytes = answer.body().getBytes(UTF_8);
    BodySink sink = startResponse(bytes.length);
    var from = ByteBuffer.wrap(bytes);
    new Runnable() {
      @Override
      public void run() {
        try {
          while (from.hasRemaining()) {
            if (sink.write(from) == 0) {
              sink.whenWritable(this);
              return;
            }
          }
          sink.finish();
        } catch (IOException e) {
          fail(Failure.unforeseen(e));
        }
      }
    }.run();
  }

  @Override
  public void fail(Failure failure) {
    endEarly(
        () -> {
          // Those behind see the status that it would become.
          response.headers().clear();
          response.status(failure.status());
          runSteps();
          holder.failed(failure);
        });
  }

  /** The answer on its way into the spool. */
  private final class Held implements BodySink {
    private final long announced;
    private Trailers trailers = Trailers.NONE;

    Held(long announced) {
      this.announced = announced;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      if (over) {
        throw new IOException("nobody wants this answer any more");
      }
      if (most > 0 && spool.size() + from.remaining() > most) {
        endEarly(holder::tooLong);
        throw new IOException("the answer is longer than " + most + " bytes");
      }
      try {
        return spool.write(from);
      } catch (NoRoomException e) {
        endEarly(() -> holder.failed(new Failure.NodeFault(e.toString(), e)));
        throw e;
      }
    }

    @Override
    public void trailers(Trailers behind) {
      trailers = behind;
    }

    @Override
    public boolean finish() {
      endEarly(() -> holder.whole(response, announced, spool.fromTheBeginning(trailers)));
      return true;
    }

    @Override
    public boolean flush() {
      return true;
    }

    @Override
    public void whenWritable(Runnable ready) {
      spool.whenWritable(ready);
    }
  }

  /** Lines of an answer's head, for the exchange in front. */
  public static void copy(ResponseHead from, ResponseHead to) {
    to.status(from.status());
    from.headers().forEach((name, value) -> to.headers().add(HeaderName.of(name), value));
  }

  @Override
  public Tunnel startTunnel() {
    throw new IllegalStateException("what is held whole asks for no upgrade");
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public BodySource requestBody() {
    return body;
  }

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {
    if (!over) {
      exchange.sendInterim(status, fill);
    }
  }

  @Override
  public ResponseHead response() {
    return response;
  }

  @Override
  public void whenAbandoned(Runnable given) {
    if (over) {
      given.run();
    } else {
      cleanup = given;
    }
  }

  @Override
  public void whenOver(Runnable told) {
    if (discarded) {
      told.run();
    } else {
      whenOver.add(told);
    }
  }

  @Override
  public void addResponseStep(ResponseStep step) {
    steps.add(step);
  }
}
