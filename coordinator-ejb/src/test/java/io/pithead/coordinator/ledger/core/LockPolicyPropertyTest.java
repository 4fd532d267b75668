package io.pithead.coordinator.ledger.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.ledger.core.LockPolicy.Locked;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class LockPolicyPropertyTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final int JOBS = 5;

    /** What is locked, and where what left it is now; all accounts buy and sell, from each other and from themselves. */
    private static final class Books {
        final List<Locked> locked = new ArrayList<>();
        final List<Locked> matured = new ArrayList<>();
        final List<Locked> withdrawn = new ArrayList<>();
        final Map<UUID, BigInteger> pending = new HashMap<>();
        final Map<UUID, BigInteger> available = new HashMap<>();

        void mature(Instant now) {
            for (Locked pay : locked.stream().filter(one -> one.isMature(now)).toList()) {
                move(pay, pay.provider());
                matured.add(pay);
                assertThat(now).isAfterOrEqualTo(pay.maturesAt());
            }
        }

        void withdraw(Set<UUID> jobs, Instant now) {
            List<Locked> theirs =
                    locked.stream().filter(pay -> jobs.contains(pay.job())).toList();
            for (Locked pay : LockPolicy.withdrawable(theirs, now)) {
                move(pay, pay.buyer());
                withdrawn.add(pay);
                assertThat(now).isBefore(pay.maturesAt());
            }
        }

        private void move(Locked pay, UUID to) {
            assertThat(locked.remove(pay)).as("%s leaves once", pay).isTrue();
            pending.merge(pay.provider(), pay.amount().negate(), BigInteger::add);
            available.merge(to, pay.amount(), BigInteger::add);
        }

        void pay(Locked pay) {
            locked.add(pay);
            pending.merge(pay.provider(), pay.amount(), BigInteger::add);
        }

        BigInteger total() {
            return sum(pending).add(sum(available));
        }

        private static BigInteger sum(Map<UUID, BigInteger> pots) {
            return pots.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
        }
    }

    private static UUID id(int number) {
        return new UUID(0, number);
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    /** Slices of five jobs, with times that lie close together. */
    private static Books books(List<Integer> seeds) {
        var books = new Books();
        for (int i = 0; i < seeds.size(); i++) {
            int seed = seeds.get(i);
            UUID buyer = id(100 + seed % 3);
            UUID provider = id(100 + seed % 4);
            books.pay(new Locked(
                    id(i % JOBS), i / JOBS, buyer, provider, BigInteger.valueOf(1 + seed % 7), at(seed % 20)));
        }
        return books;
    }

    @Property
    void whatever_the_order_each_pay_leaves_once_before_or_after_its_time_and_nothing_is_lost(
            @ForAll @Size(max = 25) List<@IntRange(max = 1_000) Integer> pays,
            @ForAll @Size(max = 30) List<@IntRange(max = 1_000) Integer> events) {
        Books books = books(pays);
        BigInteger total = books.total();
        for (int event : events) {
            Instant now = at(event % 23 - 1);
            if (event % 2 == 0) {
                books.mature(now);
            } else {
                books.withdraw(new HashSet<>(List.of(id(event % JOBS), id(event / JOBS % JOBS))), now);
            }
            assertThat(books.total()).isEqualTo(total);
            assertThat(books.pending.values()).allMatch(amount -> amount.signum() >= 0);
        }
        books.mature(at(1_000));
        assertThat(books.locked).isEmpty();
        assertThat(books.pending.values()).allMatch(amount -> amount.signum() == 0);
        assertThat(books.matured).noneMatch(books.withdrawn::contains);
        assertThat(books.matured.size() + books.withdrawn.size()).isEqualTo(pays.size());
    }

    @Property
    void withdrawing_again_finds_nothing_and_other_jobs_keep_theirs(
            @ForAll @Size(max = 25) List<@IntRange(max = 1_000) Integer> pays, @ForAll @IntRange(max = 22) int second) {
        Books books = books(pays);
        List<Locked> others =
                books.locked.stream().filter(pay -> !pay.job().equals(id(0))).collect(Collectors.toList());
        books.withdraw(Set.of(id(0)), at(second));
        int withdrawn = books.withdrawn.size();
        books.withdraw(Set.of(id(0)), at(second));

        assertThat(books.withdrawn).hasSize(withdrawn);
        assertThat(books.locked).containsAll(others);
    }

    @Example
    void at_its_time_it_has_matured() {
        var pay = new Locked(id(0), 0, id(1), id(2), BigInteger.ONE, START);
        assertThat(LockPolicy.withdrawable(List.of(pay), START)).isEmpty();
        assertThat(LockPolicy.withdrawable(List.of(pay), START.minusNanos(1))).containsExactly(pay);
    }
}
