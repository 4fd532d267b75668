package io.pithead.miner.membership.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.chain.core.Network;
import io.pithead.miner.chain.core.RunStatus;
import io.pithead.miner.membership.core.InvitePolicy.Facts;
import io.pithead.miner.membership.core.InvitePolicy.Refusal;
import io.pithead.miner.testing.Members;
import io.pithead.protocol.run.Invite;
import io.pithead.protocol.run.RunIds;
import io.pithead.protocol.signing.Address;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InvitePolicyTest {
    private static final Network NETWORK = Members.NETWORK;
    private static final Instant NOW = Members.EXPIRY.minusSeconds(1);

    private static Optional<Refusal> before(Invite invite) {
        return before(invite, Optional.empty());
    }

    private static Optional<Refusal> before(Invite invite, Optional<UUID> wanted) {
        return InvitePolicy.before(
                invite, Members.NODE.address(), NETWORK, wanted, RunIds.discoveryRun(invite.chain(), invite.number()));
    }

    private static Facts facts() {
        return new Facts(Optional.of(Members.MANAGER.address()), false, RunStatus.OPEN, NOW);
    }

    @Test
    void a_good_invite_is_taken() {
        assertThat(before(Members.invite())).isEmpty();
        assertThat(InvitePolicy.after(Members.invite(), facts())).isEmpty();
    }

    @Test
    void an_invite_for_another_node_is_not_ours() {
        Invite others = Members.signed(
                one -> Members.with(one, "node", Members.SOMEBODY.address().text()));
        assertThat(before(others)).contains(Refusal.FOR_ANOTHER_NODE);
    }

    @Test
    void an_invite_of_another_chain_is_refused() {
        assertThat(before(Members.signed(one -> Members.with(one, "chain", 1L))))
                .contains(Refusal.OTHER_CHAIN);
    }

    @Test
    void an_invite_of_other_contracts_is_refused() {
        String other = Members.SOMEBODY.address().text();
        assertThat(before(Members.signed(one -> Members.with(one, "runs", other))))
                .contains(Refusal.OTHER_CONTRACT);
        assertThat(before(Members.signed(one -> Members.with(one, "memberships", other))))
                .contains(Refusal.OTHER_CONTRACT);
    }

    @Test
    void an_invite_of_a_run_that_the_owner_did_not_choose_is_refused() {
        UUID chosen = RunIds.discoveryRun(NETWORK.chain(), Members.RUN);
        assertThat(before(Members.invite(), Optional.of(chosen))).isEmpty();
        assertThat(before(Members.invite(), Optional.of(RunIds.discoveryRun(NETWORK.chain(), Members.RUN + 1))))
                .contains(Refusal.OTHER_RUN);
    }

    @Test
    void what_the_named_manager_did_not_sign_is_refused() {
        for (String member : new String[] {"number", "nonce"}) {
            Invite changed = Members.with(Members.invite(), member, 99L);
            assertThat(before(changed)).as(member).contains(Refusal.BAD_SIGNATURE);
        }
        Invite later = Members.with(
                Members.invite(), "expiry", Members.EXPIRY.plusSeconds(1).toString());
        assertThat(before(later)).contains(Refusal.BAD_SIGNATURE);
        Invite claimed = Members.with(
                Members.invite(), "manager", Members.SOMEBODY.address().text());
        assertThat(before(claimed)).contains(Refusal.BAD_SIGNATURE);
    }

    @Test
    void an_invite_that_lacks_something_is_malformed() {
        for (String member : new String[] {"node", "runs", "memberships", "manager", "signature", "expiry"}) {
            assertThat(before(Members.without(Members.invite(), member)))
                    .as(member)
                    .contains(Refusal.MALFORMED);
        }
        assertThat(before(Members.with(Members.invite(), "number", -1L))).contains(Refusal.MALFORMED);
        assertThat(before(Members.with(Members.invite(), "nonce", -1L))).contains(Refusal.MALFORMED);
        String shouted = Members.MANAGER.address().checksummed();
        assertThat(before(Members.with(Members.invite(), "manager", shouted))).contains(Refusal.MALFORMED);
    }

    @Test
    void who_signed_it_must_manage_the_run_as_the_chain_says() {
        var others = new Facts(Optional.of(Members.SOMEBODY.address()), false, RunStatus.OPEN, NOW);
        assertThat(InvitePolicy.after(Members.invite(), others)).contains(Refusal.NOT_THE_MANAGER);
        var nobodys = new Facts(Optional.<Address>empty(), false, RunStatus.UNKNOWN, NOW);
        assertThat(InvitePolicy.after(Members.invite(), nobodys)).contains(Refusal.NOT_THE_MANAGER);
    }

    @Test
    void a_used_or_revoked_invite_and_an_expired_one_are_refused_for_good() {
        var spent = new Facts(facts().manager(), true, RunStatus.OPEN, NOW);
        assertThat(InvitePolicy.after(Members.invite(), spent)).contains(Refusal.SPENT);
        var late = new Facts(facts().manager(), false, RunStatus.OPEN, Members.EXPIRY);
        assertThat(InvitePolicy.after(Members.invite(), late)).contains(Refusal.EXPIRED);
        assertThat(Refusal.SPENT.isForNow()).isFalse();
        assertThat(Refusal.EXPIRED.isForNow()).isFalse();
    }

    @Test
    void a_run_that_is_not_open_may_be_open_later() {
        var pending = new Facts(facts().manager(), false, RunStatus.PENDING, NOW);
        assertThat(InvitePolicy.after(Members.invite(), pending)).contains(Refusal.RUN_NOT_OPEN);
        assertThat(Refusal.RUN_NOT_OPEN.isForNow()).isTrue();
    }
}
