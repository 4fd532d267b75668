package io.pithead.coordinator.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Audit;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.lease.LeaseConfig;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.node.MinerCapabilities;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class NodeBansIT {
    private static final Scene SCENE = new Scene();

    private final NodeBans bans = new NodeBans();
    private final NodeRegistry here = registry();
    private final NodeRegistry there = registry();
    private final Caller operator = new Caller(SCENE.rows.account(), UUID.randomUUID(), Scope.ADMIN, "ph_admin_x");
    private final Machine machine;

    NodeBansIT() {
        bans.database = SCENE.database;
        bans.audit = new Audit();
        UUID provider = SCENE.rows.account();
        machine = new Machine(
                here.save(provider, capabilities(), true, List.of()).node().id(), provider, "rig", true);
    }

    /** As another instance has one. */
    private static NodeRegistry registry() {
        var registry = new NodeRegistry();
        registry.database = SCENE.database;
        registry.config = new NodeConfig();
        registry.leases = new LeaseConfig();
        return registry;
    }

    private static MinerCapabilities capabilities() {
        try {
            return Json.read(
                    "{\"miner_id\":\"rig\",\"mode\":\"cpu\",\"renews\":true}".getBytes(StandardCharsets.UTF_8),
                    MinerCapabilities.class);
        } catch (InvalidPayloadException e) {
            throw new IllegalArgumentException(e.problems().toString(), e);
        }
    }

    private Node require(NodeRegistry registry) {
        return registry.require(machine.provider(), machine.minerId());
    }

    private static void refused(String reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(CoordinatorException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.NODE_BANNED);
            assertThat(refused.facts()).containsEntry("reason", reason);
            assertThat(refused.getMessage()).contains(reason);
        });
    }

    private List<String> audit() {
        return SCENE.column(
                "select action || ' ' || (facts ->> 'reason') || ' ' || key_hint from audit where target = ?"
                        + " and facts ->> 'reason' is not null order by id",
                machine.node().toString());
    }

    @Test
    void every_instance_sees_a_ban_and_its_end_and_so_does_one_that_starts_later() {
        require(here);
        require(there);
        bans.ban(operator, machine.node(), "it cheats");
        for (NodeRegistry instance : List.of(here, there)) {
            instance.refresh();
            refused("it cheats", () -> require(instance));
        }
        refused("it cheats", () -> require(registry()));

        bans.lift(operator, machine.node());
        for (NodeRegistry instance : List.of(here, there)) {
            instance.refresh();
            assertThat(require(instance).isBanned()).isFalse();
        }
    }

    @Test
    void a_ban_is_seen_behind_more_changes_than_one_look_at_them_brings() {
        require(there);
        SCENE.rows.update("update node set updated_at = clock_timestamp() where id = ?", machine.node());
        there.refresh();
        // all at one moment, as one statement leaves them, and the banned one last
        SCENE.rows.update(
                "insert into node (id, account_id, miner_id, mode, concurrency, renews, registered, capabilities)"
                        + " select ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, account_id, 'rig' || i,"
                        + " mode, concurrency, renews, registered, capabilities"
                        + " from node, generate_series(1, ?::integer) as i where id = ?",
                NodeStore.MAX_CHANGES + 1,
                machine.node());
        SCENE.rows.update(
                "update node set ban = 'it cheats', updated_at = (select max(updated_at) from node) where id = ?",
                machine.node());

        there.refresh();

        refused("it cheats", () -> require(there));
        SCENE.rows.update("delete from node where account_id = ? and id <> ?", machine.provider(), machine.node());
    }

    @Test
    void who_parks_polls_hears_of_it() {
        require(there);
        var heard = new ArrayList<UUID>();
        there.onBanned(node -> {
            if (node.id().equals(machine.node())) {
                heard.add(node.id());
            }
        });
        there.refresh();
        assertThat(heard).isEmpty();
        bans.ban(operator, machine.node(), "it cheats");
        there.refresh();
        assertThat(heard).containsOnly(machine.node());
    }

    @Test
    void a_banned_node_cannot_register_itself_free_and_changes_nothing() {
        bans.ban(operator, machine.node(), "it cheats");
        String before = SCENE.text("select updated_at::text from node where id = ?", machine.node());
        refused("it cheats", () -> there.save(machine.provider(), capabilities(), true, List.of()));
        assertThat(SCENE.text("select updated_at::text from node where id = ?", machine.node()))
                .isEqualTo(before);
    }

    @Test
    void the_audit_trail_has_every_ban_and_its_reason() {
        bans.ban(operator, machine.node(), "it cheats");
        bans.ban(operator, machine.node(), "and again");
        bans.lift(operator, machine.node());
        bans.lift(operator, machine.node());
        assertThat(audit()).containsExactly("node.ban it cheats ph_admin_x", "node.ban and again ph_admin_x");
        assertThat(SCENE.column(
                        "select action from audit where target = ? order by id",
                        machine.node().toString()))
                .containsExactly("node.ban", "node.ban", "node.unban");
        assertThat(SCENE.column(
                        "select coalesce(before ->> 'reason', 'none') from audit where target = ? order by id",
                        machine.node().toString()))
                .containsExactly("none", "it cheats", "and again");
    }

    @Test
    void a_node_that_is_not_there_is_not_found() {
        UUID nobody = UUID.randomUUID();
        for (ThrowingCallable call :
                List.<ThrowingCallable>of(() -> bans.ban(operator, nobody, "x"), () -> bans.lift(operator, nobody))) {
            assertThatThrownBy(call)
                    .isInstanceOfSatisfying(
                            CoordinatorException.class,
                            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.NODE_NOT_FOUND));
        }
        assertThat(SCENE.column("select id::text from audit where target = ?", nobody.toString()))
                .isEmpty();
    }
}
