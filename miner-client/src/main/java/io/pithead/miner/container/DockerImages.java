package io.pithead.miner.container;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.PullResponseItem;
import com.github.dockerjava.api.model.ResponseItem;
import io.pithead.miner.container.EngineException.Kind;
import io.pithead.miner.container.core.ImageFacts;
import io.pithead.miner.container.core.PullProgress;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the engine says of images and their pulls. */
final class DockerImages {
    private DockerImages() {}

    static ImageFacts facts(InspectImageResponse image, String reference) {
        var config = image.getConfig();
        String id = DockerAnswers.text(image.getId());
        return new ImageFacts(
                id,
                digest(image.getRepoDigests(), reference, id),
                DockerAnswers.text(image.getOs()),
                DockerAnswers.text(image.getArch()),
                config == null ? "" : DockerAnswers.text(config.getUser()),
                config == null ? List.of() : words(config.getEntrypoint()),
                config == null ? List.of() : words(config.getCmd()),
                config == null || config.getVolumes() == null
                        ? Set.of()
                        : config.getVolumes().keySet());
    }

    private static List<String> words(String @Nullable [] words) {
        return words == null ? List.of() : List.of(words);
    }

    /** An image may have come under several names, each with the same or another digest of its manifest. */
    private static String digest(@Nullable List<String> known, String reference, String id) {
        int at = reference.indexOf('@');
        if (at >= 0) {
            return reference.substring(at + 1);
        }
        if (known == null || known.isEmpty()) {
            return id;
        }
        String repository = com.github.dockerjava.core.NameParser.parseRepositoryTag(reference).repos + "@";
        String named = known.stream()
                .filter(digest -> digest.startsWith(repository))
                .findFirst()
                .orElse(known.getFirst());
        return named.substring(named.indexOf('@') + 1);
    }

    /** Follows a pull. */
    static final class Pull implements ResultCallback<PullResponseItem> {
        private final Consumer<PullProgress> listener;
        private final PullProgress progress = new PullProgress();
        private final CompletableFuture<Boolean> done = new CompletableFuture<>();
        private volatile @Nullable Closeable stream;

        Pull(Consumer<PullProgress> listener) {
            this.listener = listener;
        }

        void await(Duration limit) throws EngineException, InterruptedException {
            try {
                done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new EngineException(Kind.OTHER, "the image did not come within " + limit.toSeconds() + " s");
            } catch (ExecutionException e) {
                throw EngineProblems.of(e.getCause());
            }
        }

        @Override
        public void onStart(Closeable closeable) {
            stream = closeable;
        }

        @Override
        public void onNext(PullResponseItem item) {
            ResponseItem.ErrorDetail error = item.getErrorDetail();
            if (error != null) {
                done.completeExceptionally(EngineProblems.ofPull(DockerAnswers.text(error.getMessage())));
                return;
            }
            String layer = item.getId();
            if (layer == null) {
                return;
            }
            ResponseItem.ProgressDetail detail = item.getProgressDetail();
            switch (DockerAnswers.text(item.getStatus())) {
                case "Downloading" -> {
                    if (detail != null && detail.getCurrent() != null && detail.getTotal() != null) {
                        progress.downloading(layer, detail.getCurrent(), detail.getTotal());
                        listener.accept(progress);
                    }
                }
                case "Download complete", "Pull complete" -> {
                    progress.downloaded(layer);
                    listener.accept(progress);
                }
                default -> {}
            }
        }

        @Override
        public void onError(Throwable throwable) {
            done.completeExceptionally(throwable);
        }

        @Override
        public void onComplete() {
            done.complete(true);
        }

        @Override
        public void close() {
            Closeable open = stream;
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
