package io.pithead.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.user.UserRole;
import io.pithead.protocol.key.Scope;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessTest {
    @Secured(Scope.MINER)
    static class ForMiners {
        void plain() {}

        @Secured({Scope.BUYER, Scope.ADMIN})
        void forOthers() {}

        @OpenToAll("a reason")
        void open() {}

        @Secured({})
        void forNoScope() {}
    }

    @WalletSigned
    static class ForWallets {
        void plain() {}
    }

    @ForUsers(UserRole.ADMIN)
    static class ForPeople {
        void plain() {}

        @ForUsers
        void forAllWhoAreSignedIn() {}
    }

    static class Silent {
        void plain() {}
    }

    @Test
    void a_class_speaks_for_its_methods() throws NoSuchMethodException {
        assertThat(of(ForMiners.class, "plain")).isEqualTo(new Access.Keys(Set.of(Scope.MINER), false, false));
    }

    @Test
    void a_method_speaks_for_itself() throws NoSuchMethodException {
        assertThat(of(ForMiners.class, "forOthers"))
                .isEqualTo(new Access.Keys(Set.of(Scope.BUYER, Scope.ADMIN), false, false));
        assertThat(of(ForMiners.class, "open")).isEqualTo(new Access.Open());
    }

    @Test
    void no_scope_is_no_key_whatever_the_class_says() throws NoSuchMethodException {
        assertThat(of(ForMiners.class, "forNoScope")).isEqualTo(new Access.Keys(Set.of(), false, false));
    }

    @Test
    void what_a_wallet_signs_takes_no_key() throws NoSuchMethodException {
        assertThat(of(ForWallets.class, "plain")).isEqualTo(new Access.Signed());
    }

    @Test
    void what_is_for_people_names_their_roles() throws NoSuchMethodException {
        assertThat(of(ForPeople.class, "plain")).isEqualTo(new Access.People(Set.of(UserRole.ADMIN)));
        assertThat(of(ForPeople.class, "forAllWhoAreSignedIn")).isEqualTo(new Access.People(Set.of()));
    }

    @Test
    void silence_admits_nobody() throws NoSuchMethodException {
        assertThat(of(Silent.class, "plain")).isEqualTo(new Access.Undeclared());
    }

    private static Access of(Class<?> type, String method) throws NoSuchMethodException {
        return Access.of(type, type.getDeclaredMethod(method));
    }
}
