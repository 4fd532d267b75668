package io.pithead.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** The bodies that clients send, as our own miner and a plain buyer send them. */
final class Wire {
    private static final String OUTPUT_SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private Wire() {}

    /** What a miner needs of an offer. */
    record Offer(String id, long lease, long at) {}

    /** The guide's four members and the list of running jobs. */
    static String heartbeat(String miner) {
        return "{\"miner_id\":\"" + miner + "\",\"wallet\":\"0x71c7656ec7ab88b098defb751b7401b5f6d8976f\","
                + "\"mode\":\"cpu\",\"gpu\":0,\"running\":[]}";
    }

    /** @param at a time of the load generator's own, which the miner gets back */
    static String job(long at) {
        return "{\"workload\":\"" + Network.WORKLOAD + "\",\"params\":{\"seed\":\"bench\",\"length\":1000,\"at\":" + at
                + "},\"price\":\"0.000001\",\"ttl_s\":3600}";
    }

    static String jobs(int count) {
        var jobs = new StringJoiner(",", "{\"jobs\":[", "]}");
        for (int i = 0; i < count; i++) {
            jobs.add(job(i));
        }
        return jobs.toString();
    }

    static String proof(Offer offer) {
        return "{\"id\":\"" + offer.id + "\",\"lease\":" + offer.lease + ",\"mode\":\"cpu\",\"output_sha\":\""
                + OUTPUT_SHA
                + "\",\"output\":{\"text\":\"throughput_ops=812.4, seconds=1.23\"},"
                + "\"metrics\":{\"wall_s\":1.234,\"cpu_s\":1.2,\"peak_memory_mb\":312}}";
    }

    static String proofs(List<Offer> offers) {
        var proofs = new StringJoiner(",", "{\"proofs\":[", "]}");
        offers.forEach(offer -> proofs.add(proof(offer)));
        return proofs.toString();
    }

    /** Empty when there was no work. */
    static List<Offer> offers(Answer answer) throws IOException {
        if (answer.orThrow().isEmpty()) {
            return List.of();
        }
        JsonNode body = Network.json(answer);
        if (!body.has("jobs")) {
            return List.of(offer(body));
        }
        var offers = new ArrayList<Offer>();
        body.path("jobs").forEach(job -> offers.add(offer(job)));
        return offers;
    }

    private static Offer offer(JsonNode job) {
        return new Offer(
                job.path("id").asText(),
                job.path("lease").asLong(),
                job.path("params").path("at").asLong());
    }
}
