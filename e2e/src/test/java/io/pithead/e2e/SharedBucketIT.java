package io.pithead.e2e;

import static io.pithead.e2e.Tenants.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.testing.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two instances on one database and one bucket, with no folder in common. */
@NeedsPostgres
class SharedBucketIT {
    private static final int INSTANCES = 2;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void an_upload_begins_at_one_goes_on_at_the_other_and_is_read_at_both() throws IOException {
        try (S3Server bucket = S3Server.start(Files.createDirectories(folder.resolve("s3")));
                Postgres postgres = Postgres.start();
                Fleet fleet = Fleet.start(folder, INSTANCES, postgres, BucketSettings.of(bucket, folder))) {
            List<URI> origins = fleet.origins();
            var tenants = new Tenants(origins.getFirst(), founder());
            byte[] bytes = ArtifactStory.bytes(700_000);
            String first = origins.getFirst() + ArtifactStory.path(bytes);
            String second = origins.getLast() + ArtifactStory.path(bytes);

            assertThat(put(tenants, first, bytes, 0, 300_000)).isEqualTo(202);
            assertThat(header(tenants.head(tenants.buyer, second), "Upload-Offset"))
                    .isEqualTo("300000");
            assertThat(put(tenants, second, bytes, 300_000, 500_000)).isEqualTo(202);
            assertThat(put(tenants, first, bytes, 500_000, 700_000)).isEqualTo(201);

            assertThat(tenants.get(tenants.buyer, second).body()).isEqualTo(bytes);
            assertThat(tenants.get(tenants.buyer, first).body()).isEqualTo(bytes);
            assertThat(bucket.objects("partial/")).isEmpty();
        }
    }

    private static int put(Tenants tenants, String url, byte[] bytes, int from, int to) {
        String range = "bytes " + from + "-" + (to - 1) + "/" + bytes.length;
        return tenants.put(tenants.buyer, url, Arrays.copyOfRange(bytes, from, to), "Content-Range", range)
                .statusCode();
    }

    /** The data directory of the instance that made the first admin key. */
    private Path founder() {
        return IntStream.range(0, INSTANCES)
                .mapToObj(number -> folder.resolve("instance-" + number))
                .filter(data -> Files.exists(data.resolve("admin.key")))
                .findFirst()
                .orElseThrow();
    }
}
