package io.pithead.coordinator.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.DatabaseException;
import io.pithead.coordinator.testing.TestBroker;
import io.pithead.coordinator.testing.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxRelayIT {
    TestBroker testBroker;
    DataSource dataSource;
    Database database;
    Broker broker;
    OutboxRelay relay;
    final Outbox outbox = new Outbox();

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        testBroker = new TestBroker(folder);
        dataSource = TestDatabase.create().dataSource();
        database = new Database(dataSource);
        broker = new Broker(testBroker.connectionFactory());
        relay = new OutboxRelay(database, broker);
    }

    @AfterEach
    void stop() throws Exception {
        testBroker.close();
    }

    @Test
    void committed_messages_arrive_in_their_order_and_leave_the_outbox() throws Exception {
        append(0, 450);

        relay.relay();

        assertThat(testBroker.browse(Destinations.VERIFY)).isEqualTo(bodies(0, 450));
        assertThat(waiting()).isZero();
    }

    @Test
    void a_change_that_is_rolled_back_sends_nothing() throws Exception {
        assertThatThrownBy(() -> database.doInTransaction(connection -> {
                    outbox.append(connection, Destinations.VERIFY, messages(0, 3));
                    throw new SQLException("the change failed");
                }))
                .isInstanceOf(DatabaseException.class);

        relay.relay();

        assertThat(testBroker.browse(Destinations.VERIFY)).isEmpty();
    }

    @Test
    void a_relay_that_dies_between_send_and_commit_doubles_nothing() throws Exception {
        append(0, 30);
        var dying = new OutboxRelay(new Database(failingCommits(new AtomicBoolean(true))), broker);

        assertThatThrownBy(dying::relay).isInstanceOf(DatabaseException.class);
        assertThat(testBroker.browse(Destinations.VERIFY)).hasSize(30);
        assertThat(waiting()).isEqualTo(30);
        append(30, 40);
        relay.relay();

        assertThat(testBroker.browse(Destinations.VERIFY)).isEqualTo(bodies(0, 40));
        assertThat(waiting()).isZero();
    }

    @Test
    void a_broker_killed_again_and_again_loses_and_doubles_nothing() throws Exception {
        int rounds = 6;
        int perRound = 300;
        for (int round = 0; round < rounds; round++) {
            int from = round * perRound;
            append(from, from + perRound);
            var relaying = new CountDownLatch(1);
            var killer = new Thread(() -> {
                try {
                    relaying.await();
                    testBroker.kill();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            killer.start();
            relayOneByOneUntilRefused(relaying);
            killer.join();
            testBroker.start();
        }

        drain();

        assertThat(testBroker.browse(Destinations.VERIFY))
                .containsExactlyInAnyOrderElementsOf(bodies(0, rounds * perRound));
    }

    @Test
    void while_the_broker_is_away_rows_stay_and_callers_are_refused_at_once() throws Exception {
        testBroker.kill();
        append(0, 5);

        assertThatThrownBy(relay::relay).isInstanceOf(BrokerException.class);
        assertThat(broker.isLost()).isTrue();
        assertThatThrownBy(() -> broker.call(Broker.Mode.EACH, session -> true))
                .isInstanceOf(BrokerException.class)
                .hasMessage("the broker is away");
        assertThat(waiting()).isEqualTo(5);

        testBroker.start();
        relay.relay();
        assertThat(broker.isLost()).isFalse();
        assertThat(testBroker.browse(Destinations.VERIFY)).isEqualTo(bodies(0, 5));
    }

    @Test
    void an_idle_relay_finds_a_broker_that_is_back() throws Exception {
        testBroker.kill();
        assertThatThrownBy(() -> broker.call(Broker.Mode.EACH, session -> true)).isInstanceOf(BrokerException.class);
        testBroker.start();

        relay.relay();

        assertThat(broker.isLost()).isFalse();
    }

    @Test
    void two_relays_share_the_rows() throws Exception {
        append(0, 2_000);
        var other = new OutboxRelay(new Database(dataSource), new Broker(testBroker.connectionFactory()));
        var thread = new Thread(() -> drainWith(other));
        thread.start();
        drain();
        thread.join();

        assertThat(testBroker.browse(Destinations.VERIFY)).containsExactlyInAnyOrderElementsOf(bodies(0, 2_000));
    }

    private void relayOneByOneUntilRefused(CountDownLatch relaying) throws SQLException {
        try {
            while (waiting() > 0) {
                relaying.countDown();
                relay.relay();
            }
        } catch (BrokerException e) {
            assertThat(broker.isLost()).isTrue();
        } finally {
            relaying.countDown();
        }
    }

    private void drain() throws SQLException {
        while (waiting() > 0) {
            relay.relay();
        }
    }

    private void drainWith(OutboxRelay other) {
        try {
            while (waiting() > 0) {
                other.relay();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void append(int from, int to) {
        database.doInTransaction(connection -> outbox.append(connection, Destinations.VERIFY, messages(from, to)));
    }

    private static List<Message> messages(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> Message.of("test", List.of(Integer.toString(i))))
                .toList();
    }

    private static List<String> bodies(int from, int to) {
        return messages(from, to).stream().map(Message::text).toList();
    }

    private int waiting() throws SQLException {
        try (var connection = dataSource.getConnection();
                var rows = connection.createStatement().executeQuery("select count(*) from outbox")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** The data source of a process that dies just before it commits its first delete. */
    private DataSource failingCommits(AtomicBoolean alive) {
        var deleted = new AtomicBoolean();
        return proxy(DataSource.class, (method, args) -> {
            Connection real = dataSource.getConnection();
            return proxy(Connection.class, (call, callArgs) -> {
                if (call.getName().equals("prepareStatement")
                        && callArgs[0].toString().startsWith("delete")) {
                    deleted.set(true);
                }
                if (call.getName().equals("commit") && deleted.get() && alive.getAndSet(false)) {
                    throw new SQLException("killed", "57P01");
                }
                return call.invoke(real, callArgs);
            });
        });
    }

    private interface Call {
        Object on(Method method, Object[] args) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            try {
                return call.on(method, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
