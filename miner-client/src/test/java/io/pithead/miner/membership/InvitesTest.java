package io.pithead.miner.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.chain.PinFile;
import io.pithead.miner.config.ChainConfig;
import io.pithead.miner.config.CoordinatorConfig;
import io.pithead.miner.config.Secret;
import io.pithead.miner.testing.FakeNode;
import io.pithead.miner.testing.Members;
import io.pithead.miner.testing.TestCoordinator;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.run.RunIds;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.PublicKey;
import io.pithead.protocol.signing.RecoverableSignature;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Invites as a hostile coordinator, or one whose chain is away, may bring them. */
class InvitesTest {
    private static final long BEFORE = Members.EXPIRY.getEpochSecond() - 1;

    @TempDir
    private Path dir;

    private final FakeNode chain = new FakeNode(Members.NETWORK.chain());
    private final TestCoordinator coordinator = new TestCoordinator();
    private final CoordinatorApi api = new CoordinatorApi(
            new CoordinatorConfig(coordinator.url(), Optional.empty()),
            Optional.of(new Secret(TestCoordinator.KEY)),
            InstantSource.system());

    InvitesTest() throws IOException {}

    @BeforeEach
    void usual() throws IOException {
        chain.run(Members.MANAGER.address(), false, 2, BEFORE);
        new PinFile(dir).write(Members.NETWORK);
    }

    @AfterEach
    void close() {
        api.close();
        coordinator.close();
        chain.close();
    }

    private Invites invites(Optional<UUID> wanted) {
        return new Invites(
                Members.NODE, api, new ChainConfig(List.of(chain.url()), BigInteger.ONE), new PinFile(dir), wanted);
    }

    private Invites invites() {
        return invites(Optional.empty());
    }

    private void assertRefused(Invite invite) {
        try (Invites invites = invites()) {
            invites.look(List.of(invite));
            assertThat(coordinator.accepted()).isEmpty();
            long asked = chain.asked().size();
            invites.look(List.of(invite));
            assertThat(chain.asked()).as("refused once, for good").hasSize((int) asked);
        }
    }

    @Test
    void a_good_invite_is_answered_with_the_nodes_signature_once_while_it_is_offered() {
        try (Invites invites = invites(Optional.of(RunIds.discoveryRun(Members.NETWORK.chain(), Members.RUN)))) {
            invites.look(List.of(Members.invite()));
            invites.look(List.of(Members.invite()));
            assertThat(coordinator.accepted())
                    .singleElement()
                    .satisfies(answer -> assertThat(RecoverableSignature.parse(answer.signature())
                                    .orElseThrow()
                                    .signer(ContractMessages.acceptance(
                                            Members.invite().terms()))
                                    .map(PublicKey::address))
                            .contains(Members.NODE.address()));
            invites.look(List.of());
            invites.look(List.of(Members.invite()));
            assertThat(coordinator.accepted()).as("offered anew").hasSize(2);
        }
    }

    @Test
    void an_invite_that_is_renewed_under_its_old_id_is_answered_anew() {
        try (Invites invites = invites()) {
            invites.look(List.of(Members.invite()));
            invites.look(List.of(Members.signed(one -> Members.with(one, "nonce", 43L))));
            assertThat(coordinator.accepted()).hasSize(2);
        }
    }

    @Test
    void an_invite_signed_by_somebody_who_does_not_manage_the_run_is_refused() {
        chain.run(Members.SOMEBODY.address(), false, 2, BEFORE);
        assertRefused(Members.invite());
    }

    @Test
    void an_invite_to_another_chain_or_contract_or_for_another_node_is_refused_before_the_chain_is_asked() {
        assertRefused(Members.signed(one -> Members.with(one, "chain", 1L)));
        assertRefused(Members.signed(one ->
                Members.with(one, "memberships", Members.SOMEBODY.address().text())));
        assertRefused(Members.signed(
                one -> Members.with(one, "node", Members.SOMEBODY.address().text())));
        assertThat(chain.asked()).isEmpty();
    }

    @Test
    void a_replayed_invite_and_an_expired_one_are_refused() {
        chain.run(Members.MANAGER.address(), true, 2, BEFORE);
        assertRefused(Members.invite());
        chain.run(Members.MANAGER.address(), false, 2, BEFORE + 1);
        assertRefused(Members.invite());
    }

    @Test
    void an_invite_to_a_run_that_the_owner_did_not_choose_is_refused() {
        try (Invites invites = invites(Optional.of(UUID.randomUUID()))) {
            invites.look(List.of(Members.invite()));
        }
        assertThat(coordinator.accepted()).isEmpty();
    }

    @Test
    void a_chain_that_is_away_refuses_nothing_for_good() {
        try (Invites invites = invites()) {
            chain.sayOnly(503, "", 0);
            invites.look(List.of(Members.invite()));
            assertThat(coordinator.accepted()).isEmpty();
            chain.sayTheUsual();
            invites.look(List.of(Members.invite()));
            assertThat(coordinator.accepted()).hasSize(1);
        }
    }

    @Test
    void a_run_that_opens_later_is_joined_then() {
        try (Invites invites = invites()) {
            chain.run(Members.MANAGER.address(), false, 1, BEFORE);
            invites.look(List.of(Members.invite()));
            assertThat(coordinator.accepted()).isEmpty();
            chain.run(Members.MANAGER.address(), false, 2, BEFORE);
            invites.look(List.of(Members.invite()));
            assertThat(coordinator.accepted()).hasSize(1);
        }
    }

    @Test
    void contracts_that_nobody_confirmed_or_that_have_other_code_are_not_asked() throws Exception {
        try (Invites invites = invites()) {
            chain.answer("eth_getCode", "0x00");
            invites.look(List.of(Members.invite()));
            assertThat(chain.count("eth_call")).isZero();
            Files.delete(dir.resolve("chain.json"));
            invites.look(List.of(Members.invite()));
            assertThat(coordinator.accepted()).isEmpty();
        }
    }

    @Test
    void a_coordinator_in_trouble_is_answered_again_and_one_that_refuses_is_not() {
        try (Invites invites = invites()) {
            coordinator.refuseInvites(503);
            invites.look(List.of(Members.invite()));
            coordinator.refuseInvites(0);
            invites.look(List.of(Members.invite()));
            assertThat(coordinator.accepted()).hasSize(1);
        }
        try (Invites invites = invites()) {
            coordinator.refuseInvites(409);
            invites.look(List.of(Members.invite()));
            coordinator.refuseInvites(0);
            invites.look(List.of(Members.invite()));
            assertThat(coordinator.accepted()).as("refused for good").hasSize(1);
        }
    }

    @Test
    void a_flood_of_invites_costs_a_bounded_number_of_questions() {
        List<Invite> flood = java.util.stream.IntStream.range(0, 100)
                .mapToObj(i ->
                        Members.with(Members.invite(), "id", UUID.randomUUID().toString()))
                .toList();
        try (Invites invites = invites()) {
            invites.look(flood);
        }
        assertThat(coordinator.accepted()).hasSize(Invites.MAX_OFFERED);
    }
}
