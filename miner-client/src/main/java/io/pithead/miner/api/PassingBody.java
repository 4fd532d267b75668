package io.pithead.miner.api;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands a body of exactly a given length on and keeps nothing of it; another one fails the call. */
final class PassingBody implements BodySubscriber<byte[]> {
    private final long length;
    private final Consumer<ByteBuffer> sink;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private long passed;
    private Flow.@Nullable Subscription subscription;

    PassingBody(long length, Consumer<ByteBuffer> sink) {
        this.length = length;
        this.sink = sink;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        subscription = newSubscription;
        newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            passed += piece.remaining();
            if (passed > length) {
                if (subscription != null) {
                    subscription.cancel();
                }
                body.completeExceptionally(new IOException("the stream is longer than " + length + " bytes"));
                return;
            }
            sink.accept(piece);
        }
    }

    @Override
    public void onError(Throwable problem) {
        body.completeExceptionally(problem);
    }

    @Override
    public void onComplete() {
        if (passed < length) {
            body.completeExceptionally(new IOException("the stream ends after " + passed + " of " + length + " bytes"));
        }
        body.complete(new byte[0]);
    }
}
