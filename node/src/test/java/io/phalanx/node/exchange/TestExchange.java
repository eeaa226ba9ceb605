package io.phalanx.node.exchange;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * An exchange without a client, whose I/O thread is the test's: what others hand to it waits until
 * {@link #runIoThread}, and what is to happen later until {@link #pass}.
 */
public final class TestExchange implements Exchange {
  private final TestClient client = new TestClient(Runnable::run);
  private final RequestHead request;
  private final ResponseHead response = new ResponseHead(200, new TestHeaders());
  private final Trail trail = new Trail();
  private final ArrayDeque<ResponseStep> steps = new ArrayDeque<>();
  private final Queue<Runnable> ioTasks = new ConcurrentLinkedQueue<>();
  private final Thread ioThread = Thread.currentThread();
  private final List<Answer> answers = new ArrayList<>();
  private final List<Failure> failures = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();
  private final List<Runnable> whenOver = new ArrayList<>();
  private final List<Later> later = new ArrayList<>();
  private final List<Duration> delays = new ArrayList<>();
  private final ByteBuffer requestBody;
  private final long requestLength;
  private Duration now = Duration.ZERO;
  private boolean suspended;
  private boolean over;
  private boolean gone;
  private Runnable abandoned = () -> {};

  private record Later(Duration at, Runnable task) {}

  public TestExchange(RequestHead request) {
    this(request, "", 0);
  }

  /** With a body that came whole, of a length that was announced. */
  public TestExchange(RequestHead request, String body) {
    this(request, body, body.length());
  }

  /**
   * @param length -1 for chunks
   */
  public TestExchange(RequestHead request, String body, long length) {
    this.request = request;
    this.requestBody = ByteBuffer.wrap(body.getBytes(StandardCharsets.ISO_8859_1));
    this.requestLength = length;
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public ClientConnection client() {
    return client;
  }

  @Override
  public BodySource requestBody() {
    return new BodySource() {
      @Override
      public long length() {
        return requestLength;
      }

      // In pieces, so that readers have to come again.
      @Override
      public int read(ByteBuffer into) {
        if (!requestBody.hasRemaining()) {
          return -1;
        }
        int count = Math.min(7, Math.min(into.remaining(), requestBody.remaining()));
        into.put(requestBody.slice(requestBody.position(), count));
        requestBody.position(requestBody.position() + count);
        return count;
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
  public IoThread ioThread() {
    return new IoThread() {
      @Override
      public void execute(Runnable task) {
        if (Thread.currentThread() == ioThread && !suspended) {
          task.run();
        } else {
          ioTasks.add(task);
        }
      }

      @Override
      public Runnable after(Duration delay, Runnable task) {
        delays.add(delay);
        var planned = new Later(now.plus(delay), task);
        later.add(planned);
        return () -> later.remove(planned);
      }
    };
  }

  /** Lets time go by on the I/O thread. */
  public void pass(Duration time) {
    Duration end = now.plus(time);
    for (Optional<Later> due = due(end); due.isPresent(); due = due(end)) {
      later.remove(due.get());
      now = due.get().at();
      due.get().task().run();
    }
    now = end;
  }

  private Optional<Later> due(Duration end) {
    return later.stream()
        .filter(each -> each.at().compareTo(end) <= 0)
        .min(Comparator.comparing(Later::at));
  }

  /** The delays that were asked for, in order. */
  public List<Duration> delays() {
    return List.copyOf(delays);
  }

  @Override
  public void whenOver(Runnable told) {
    whenOver.add(told);
  }

  /** The exchange is over. */
  private void end() {
    if (!over) {
      over = true;
      whenOver.forEach(Runnable::run);
    }
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
        end();
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
    answer.putInto(response.headers());
    steps.descendingIterator().forEachRemaining(step -> step.onResponse(response));
    body.append(answer.body());
    end();
  }

  @Override
  public void fail(Failure failure) {
    if (gone) {
      return;
    }
    if (!answers.isEmpty() || !failures.isEmpty()) {
      throw new IllegalStateException("answered twice");
    }
    failures.add(failure);
    trail.failed(failure);
    end();
  }

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {}

  @Override
  public void whenAbandoned(Runnable cleanup) {
    abandoned = cleanup;
  }

  /** The client goes away. */
  public void abandon() {
    Runnable cleanup = abandoned;
    gone = true;
    failures.add(new Failure.ClientFault(499, "the client went away"));
    trail.failed(failures.getFirst());
    end();
    cleanup.run();
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
