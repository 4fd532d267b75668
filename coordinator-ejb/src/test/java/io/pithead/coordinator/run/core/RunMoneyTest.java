package io.pithead.coordinator.run.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.run.core.RunMoney.Account;
import io.pithead.coordinator.run.core.RunMoney.Escrow;
import io.pithead.coordinator.run.core.RunMoney.Now;
import io.pithead.coordinator.run.core.RunMoney.Standing;
import io.pithead.coordinator.run.core.RunMoney.Step;
import io.pithead.coordinator.run.core.RunMoney.Wallet;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RunMoneyTest {
    private static final Now OPEN = new Now(Standing.GOING, true, false, true);
    private static final Now OVER = new Now(Standing.OVER, false, false, true);

    private static BigInteger of(long amount) {
        return BigInteger.valueOf(amount);
    }

    private static Account account(boolean ours, long budget, long reserved, long credited, long released, long back) {
        return new Account(ours, of(budget), of(reserved), of(credited), of(released), of(back));
    }

    private static Escrow escrow(long deposited, long reserved, long released, long refunded) {
        return new Escrow(of(deposited), of(reserved), of(released), of(refunded));
    }

    private static List<Step> steps(Account account, Escrow escrow, Now now, long available) {
        return steps(account, escrow, now, available, 0);
    }

    private static List<Step> steps(Account account, Escrow escrow, Now now, long available, long gone) {
        return RunMoney.steps(account, escrow, now, new Wallet(of(available), of(gone)));
    }

    @Test
    void a_budget_is_put_in_once_when_the_run_is_there_for_good() {
        Account account = account(true, 10, 0, 0, 0, 0);
        Escrow none = escrow(0, 0, 0, 0);
        assertThat(steps(account, none, new Now(Standing.ABSENT, false, false, false), 0))
                .isEmpty();
        assertThat(steps(account, none, new Now(Standing.GOING, false, false, false), 0))
                .containsExactly(new Step.Deposit(of(10)));
        assertThat(steps(account, none, new Now(Standing.GOING, true, false, true), 0))
                .isEmpty();
        assertThat(steps(account, none, new Now(Standing.ABSENT, false, true, false), 0))
                .containsExactly(new Step.GiveBack(of(10)));
    }

    @Test
    void what_was_deposited_is_reserved_and_what_is_reserved_is_credited() {
        assertThat(steps(account(false, 0, 0, 0, 0, 0), escrow(7, 0, 0, 0), OPEN, 0))
                .containsExactly(new Step.Reserve(of(7), of(7)));
        assertThat(steps(account(false, 0, 7, 0, 0, 0), escrow(9, 0, 0, 0), OPEN, 0))
                .containsExactly(new Step.Reserve(of(2), of(9)));
        assertThat(steps(account(false, 0, 9, 0, 0, 0), escrow(9, 7, 0, 0), OPEN, 0))
                .containsExactly(new Step.Credit(of(7)));
        assertThat(steps(account(false, 0, 9, 7, 5, 0), escrow(9, 2, 5, 0), OPEN, 0))
                .isEmpty();
        // what somebody else reserved with our key is no business of the buyer's
        assertThat(steps(
                        account(false, 0, 9, 9, 0, 0),
                        escrow(20, 20, 0, 0),
                        new Now(Standing.GOING, false, false, true),
                        0))
                .isEmpty();
    }

    @Test
    void what_left_the_wallet_is_released_once_and_never_more_than_came_from_the_escrow() {
        assertThat(steps(account(false, 0, 9, 9, 0, 0), escrow(9, 9, 0, 0), OPEN, 0, 4))
                .containsExactly(new Step.Release(of(4), of(4)));
        assertThat(steps(account(false, 0, 9, 9, 4, 0), escrow(9, 9, 0, 0), OPEN, 0, 0))
                .as("asked for, and not on the chain yet")
                .isEmpty();
        assertThat(steps(account(false, 0, 9, 9, 4, 0), escrow(9, 5, 4, 0), OPEN, 0, 100))
                .as("of the account's other runs")
                .containsExactly(new Step.Release(of(5), of(9)));
        assertThat(steps(account(true, 9, 9, 9, 0, 0), escrow(9, 9, 0, 0), OVER, 0, 4))
                .containsExactly(new Step.Release(of(4), of(4)), new Step.Return(of(5), of(5), false));
    }

    @Test
    void when_the_grace_is_over_the_tokens_of_our_run_come_home_all_the_same() {
        var late = new Now(Standing.LATE, false, false, true);
        assertThat(steps(account(true, 9, 0, 0, 0, 9), escrow(9, 9, 0, 0), late, 9))
                .containsExactly(new Step.Refund(of(0)));
        assertThat(steps(account(true, 9, 0, 0, 0, 9), escrow(9, 0, 0, 9), late, 9))
                .isEmpty();
        assertThat(steps(account(false, 0, 0, 0, 0, 9), escrow(9, 9, 0, 0), late, 9))
                .as("its owner's to fetch")
                .isEmpty();
    }

    @Test
    void at_the_end_of_a_buyers_own_run_what_is_not_spent_leaves_the_ledger_and_is_free_again() {
        assertThat(steps(account(false, 0, 9, 9, 2, 0), escrow(9, 7, 2, 0), OVER, 4))
                .as("spent, or held for jobs: the owner is not to have it again")
                .containsExactly(new Step.Release(of(3), of(5)), new Step.Return(of(4), of(4), true));
        assertThat(steps(account(false, 0, 5, 5, 5, 4), escrow(9, 7, 2, 0), OVER, 0))
                .as("the chain is still to hear of the 4")
                .isEmpty();
        assertThat(steps(account(false, 0, 2, 0, 0, 7), escrow(9, 7, 0, 0), OVER, 0))
                .as("of the 9 that were asked for 7 came to be reserved, and are on their way back")
                .isEmpty();
        assertThat(steps(account(false, 0, 9, 4, 0, 0), escrow(9, 9, 0, 0), OVER, 0))
                .as("reserved at the last moment, when the 4 from before were spent")
                .containsExactly(
                        new Step.Credit(of(5)), new Step.Release(of(4), of(4)), new Step.Return(of(5), of(5), true));
    }

    @Test
    void at_the_end_of_our_run_the_escrow_comes_back_and_the_ledger_has_what_never_was_in_it() {
        assertThat(steps(account(true, 9, 9, 9, 2, 0), escrow(9, 7, 2, 0), OVER, 0))
                .containsExactly(new Step.Return(of(7), of(7), false));
        assertThat(steps(account(true, 9, 2, 2, 2, 7), escrow(9, 0, 2, 0), OVER, 0))
                .containsExactly(new Step.Refund(of(0)));
        assertThat(steps(account(true, 9, 2, 2, 2, 7), escrow(9, 0, 2, 7), OVER, 0))
                .isEmpty();
        assertThat(steps(account(true, 9, 0, 0, 0, 0), escrow(9, 0, 0, 0), OVER, 0))
                .containsExactly(new Step.GiveBack(of(9)), new Step.Refund(of(0)));
    }

    /** Whenever rounds come, and however the chain lags: what entered the ledger never exceeds what is reserved for it. */
    @Property
    void the_ledger_never_has_more_than_the_escrow_and_a_second_round_adds_nothing(
            @ForAll boolean ours,
            @ForAll boolean open,
            @ForAll Standing standing,
            @ForAll @IntRange(max = 50) int deposited,
            @ForAll @IntRange(max = 50) int reserved,
            @ForAll @IntRange(max = 50) int released,
            @ForAll @IntRange(max = 50) int credited,
            @ForAll @IntRange(max = 50) int available,
            @ForAll @IntRange(max = 50) int gone) {
        int kept = Math.min(reserved, deposited);
        int out = Math.min(released, kept);
        var account = account(ours, ours ? deposited : 0, kept, Math.min(credited, kept), Math.min(out, credited), 0);
        Escrow escrow = escrow(deposited, kept - out, out, 0);
        var now = new Now(standing, open, false, true);
        List<Step> steps = steps(account, escrow, now, available, gone);
        BigInteger entered = account.credited();
        BigInteger left = account.released();
        for (Step step : steps) {
            if (step instanceof Step.Credit(BigInteger amount)) {
                entered = entered.add(amount);
            } else if (step instanceof Step.Return(BigInteger amount, BigInteger total, boolean leaves)) {
                left = left.add(amount);
                assertThat(amount).isPositive();
            } else if (step instanceof Step.Release(BigInteger amount, BigInteger total)) {
                left = left.add(amount);
                assertThat(total).isEqualTo(account.released().add(amount));
                assertThat(amount).isPositive();
            }
        }
        assertThat(left).isLessThanOrEqualTo(entered);
        if (standing == Standing.OVER) {
            assertThat(left).as("nothing stays for the owner to take back").isEqualTo(entered);
        }
        assertThat(entered)
                .isLessThanOrEqualTo(account.reserved())
                .isLessThanOrEqualTo(escrow.reserved().add(escrow.released()).max(account.credited()));
    }
}
