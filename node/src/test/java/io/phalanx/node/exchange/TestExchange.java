package io.phalanx.node.exchange;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * An exchange without a client and without a request body, whose I/O thread is the test's: what
 * others hand to it waits until {@link #runIoThread}.
 */
public final class TestExchange implements Exchange {
  private final RequestHead request;
  private final ResponseHead response = new ResponseHead(200, new TestHeaders());
  private final Trail trail = new Trail();
  private final ArrayDeque<ResponseStep> steps = new ArrayDeque<>();
  private final Queue<Runnable> ioTasks = new ConcurrentLinkedQueue<>();
  private final Thread ioThread = Thread.currentThread();
  private final List<Answer> answers = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private boolean suspended;
  private Runnable abandoned = () -> {};

  public TestExchange(RequestHead request) {
    this.request = request;
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public BodySource requestBody() {
    return new BodySource() {
      @Override
      public long length() {
        return 0;
      }

      @Override
      public int read(ByteBuffer into) {
        return -1;
      }

      @Override
      public Trailers trailers() {
        return Trailers.NONE;
      }

      @Override
      public void whenReadable(Runnable ready) {
        ready.run();
      }
    };
  }

  @Override
  public Executor ioThread() {
    return task -> {
      if (Thread.currentThread() == ioThread && !suspended) {
        task.run();
      } else {
        ioTasks.add(task);
      }
    };
  }

  /** Runs what was handed to the I/O thread since. */
  public void runIoThread() {
    suspended = false;
    for (Runnable task = ioTasks.poll(); task != null; task = ioTasks.poll()) {
      task.run();
    }
  }

  @Override
  public void suspend() {
    suspended = true;
  }

  public boolean isSuspended() {
    return suspended;
  }

  @Override
  public ResponseHead response() {
    return response;
  }

  @Override
  public BodySink startResponse(long length) {
    steps.descendingIterator().forEachRemaining(step -> step.onResponse(response));
    return new BodySink() {
      @Override
      public int write(ByteBuffer from) {
        int count = from.remaining();
        while (from.hasRemaining()) {
          body.append((char) (from.get() & 0xff));
        }
        return count;
      }

      @Override
      public void trailers(Trailers trailers) {}

      @Override
      public boolean finish() {
        return true;
      }

      @Override
      public boolean flush() {
        return true;
      }

      @Override
      public void whenWritable(Runnable ready) {
        ready.run();
      }
    };
  }

  @Override
  public Tunnel startTunnel() {
    throw new IllegalStateException("asks for no upgrade");
  }

  @Override
  public void respond(Answer answer) {
    if (!answers.isEmpty() || !failures.isEmpty()) {
      throw new IllegalStateException("answered twice");
    }
    answers.add(answer);
    response.status(answer.status());
    answer.headers().forEach(field -> response.headers().set(field.name(), field.value()));
    steps.descendingIterator().forEachRemaining(step -> step.onResponse(response));
    body.append(answer.body());
  }

  @Override
  public void fail(Failure failure) {
    if (!answers.isEmpty() || !failures.isEmpty()) {
      throw new IllegalStateException("answered twice");
    }
    failures.add(failure);
  }

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {}

  @Override
  public void whenAbandoned(Runnable cleanup) {
    abandoned = cleanup;
  }

  /** The client goes away. */
  public void abandon() {
    abandoned.run();
  }

  @Override
  public void addResponseStep(ResponseStep step) {
    steps.add(step);
  }

  @Override
  public Trail trail() {
    return trail;
  }

  /** The answer that {@link #respond} was given. */
  public Optional<Answer> answer() {
    return answers.stream().findFirst();
  }

  /** What {@link #fail} was given. */
  public Optional<Failure> failure() {
    return failures.stream().findFirst();
  }

  public TestHeaders responseHeaders() {
    return (TestHeaders) response.headers();
  }

  public String body() {
    return body.toString();
  }
}
