package io.pithead.coordinator.chain.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pithead.coordinator.chain.core.Projection.Event;
import io.pithead.coordinator.chain.core.Projection.Key;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProjectionTest {
    @Test
    void a_provider_is_what_its_events_add_up_to() {
        Map<String, String> provider = after(
                Map.of(), new Event("ProviderRegistry", "ProviderRegistered", Map.of("provider", "0xa", "stake", "5")));
        provider = after(
                provider, new Event("ProviderRegistry", "ProviderWhitelisted", Map.of("provider", "0xa", "by", "0xb")));
        provider = after(
                provider,
                new Event(
                        "ProviderRegistry", "StakeIncreased", Map.of("provider", "0xa", "amount", "2", "stake", "7")));

        assertThat(provider).isEqualTo(Map.of("registered", "true", "stake", "7", "whitelisted", "true"));
    }

    @Test
    void escrow_is_summed() {
        Map<String, String> escrow = after(Map.of(), escrow("EscrowDeposited", "10"));
        escrow = after(escrow, escrow("EscrowReserved", "6"));
        escrow = after(escrow, escrow("EscrowUnreserved", "1"));
        escrow = after(escrow, escrow("EscrowReleased", "2"));

        assertThat(escrow).isEqualTo(Map.of("deposited", "10", "reserved", "3", "released", "2"));
    }

    @Test
    void a_slash_takes_the_stake_that_there_is_and_gives_back_what_it_held() {
        var proposed = new Event(
                "ProviderRegistry",
                "SlashProposed",
                Map.of(
                        "id",
                        "1",
                        "provider",
                        "0xa",
                        "proposer",
                        "0xb",
                        "amount",
                        "7",
                        "appealUntil",
                        "9",
                        "reason",
                        ""));
        var provider = new Key("provider", "0xa");
        assertThat(Projection.keysOf(proposed)).containsExactly(new Key("slash", "1"), provider);
        assertThat(Projection.apply(proposed, provider, Map.of("stake", "10")).body())
                .isEqualTo(Map.of("stake", "3"));
        // the rest was unbonding
        assertThat(Projection.apply(proposed, provider, Map.of("stake", "5")).body())
                .isEqualTo(Map.of("stake", "0"));
        var returned = new Event(
                "ProviderRegistry",
                "SlashReturned",
                Map.of("id", "1", "provider", "0xa", "why", "4", "amount", "7", "reason", ""));
        assertThat(Projection.apply(returned, provider, Map.of("stake", "0")).body())
                .isEqualTo(Map.of("stake", "7"));
    }

    @Test
    void what_is_said_against_a_node_is_a_thing_of_its_own_besides() {
        var rejected = new Event("ComputeNodes", "NodeRejected", Map.of("node", "0xa", "round", "3", "reason", "7"));
        var rejection = new Key("rejection", "0xa/3");
        assertThat(Projection.keysOf(rejected)).containsExactly(new Key("node", "0xa"), rejection);
        assertThat(Projection.apply(rejected, rejection, Map.of()).body()).isEqualTo(Map.of("reason", "7"));

        var ejected = new Event("ComputeNodes", "NodeEjected", Map.of("node", "0xa", "by", "0xb", "reason", "r"));
        var back = new Event("ComputeNodes", "NodeReinstated", Map.of("node", "0xa", "by", "0xb", "reason", "sorry"));
        var ejection = new Key("ejection", "0xa");
        Map<String, String> body = Projection.apply(ejected, ejection, Map.of()).body();
        assertThat(body).isEqualTo(Map.of("ejected", "true", "reason", "r"));
        assertThat(Projection.apply(back, ejection, body).body())
                .isEqualTo(Map.of("ejected", "false", "reason", "sorry"));
    }

    @Test
    void a_slash_that_was_given_back_says_why() {
        var returned = new Event(
                "ProviderRegistry",
                "SlashReturned",
                Map.of("id", "1", "provider", "0xa", "why", "5", "amount", "7", "reason", "r"));
        assertThat(Projection.apply(returned, new Key("slash", "1"), Map.of("state", "appealed"))
                        .body())
                .isEqualTo(Map.of("state", "returned", "why", "5", "reason", "r"));
    }

    @Test
    void an_ejected_node_stays_ejected_whatever_else_it_does() {
        Map<String, String> node = after(
                Map.of(), new Event("ComputeNodes", "NodeEjected", Map.of("node", "0xa", "by", "0xb", "reason", "r")));
        node = after(
                node,
                new Event(
                        "ComputeNodes",
                        "NodeDescribed",
                        Map.of("node", "0xa", "by", "0xa", "round", "2", "capabilitiesUri", "u")));
        node = after(
                node, new Event("ComputeNodes", "NodeValidated", Map.of("node", "0xa", "round", "2", "reason", "0")));
        assertThat(node).containsEntry("ejected", "true").containsEntry("validated", "true");
        node = after(
                node, new Event("ComputeNodes", "NodeReinstated", Map.of("node", "0xa", "by", "0xb", "reason", "r")));
        assertThat(node).containsEntry("ejected", "false").containsEntry("validated", "false");
    }

    @Test
    void things_of_several_keys_have_one_id() {
        assertThat(Projection.keysOf(new Event(
                        "Memberships",
                        "NodeJoined",
                        Map.of("run", "7", "node", "0xa", "provider", "0xb", "nonce", "1"))))
                .containsExactly(new Key("member", "7/0xa"));
    }

    @Test
    void members_have_the_names_of_json() {
        assertThat(after(Map.of(), new Event("Runs", "RunDiscoveryChanged", Map.of("run", "1", "discoveryUri", "u"))))
                .isEqualTo(Map.of("discovery_uri", "u"));
    }

    @Test
    void other_events_change_nothing() {
        var event = new Event("AiToken", "Transfer", Map.of());
        assertThat(Projection.knows("AiToken", "Transfer")).isFalse();
        assertThat(Projection.keysOf(event)).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> Projection.apply(event, new Key("token", ""), Map.of()));
    }

    @Test
    void an_event_without_what_it_must_say_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Projection.keysOf(new Event("Runs", "RunStarted", Map.of())));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Projection.apply(
                        new Event("Runs", "RunManagerChanged", Map.of("run", "1")), new Key("run", "1"), Map.of()));
    }

    private static Event escrow(String name, String amount) {
        return new Event("RunEscrow", name, Map.of("run", "1", "by", "0xa", "amount", amount));
    }

    private static Map<String, String> after(Map<String, String> before, Event event) {
        return Projection.apply(event, Projection.keysOf(event).getFirst(), before)
                .body();
    }
}
