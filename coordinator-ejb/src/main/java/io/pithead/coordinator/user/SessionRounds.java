package io.pithead.coordinator.user;

import io.pithead.coordinator.platform.Loops;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.time.Duration;

/** Once a minute: when sessions were last used is written, and those that are over end. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class SessionRounds {
    static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int MISSED_ROUNDS = 5;

    @Inject
    SignIn signIn;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("sessions", PAUSE, PAUSE.multipliedBy(MISSED_ROUNDS), signIn::round);
    }
}
