package io.pithead.validator.challenge;

import jakarta.ejb.EJBException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where messages find this instance's validator, once it has begun. */
@ApplicationScoped
public class ValidatorDesk {
    /** Messages come while an instance starts, and a key takes a second to be opened. */
    private static final long PATIENCE_S = 30;

    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile @Nullable Validator validator;

    /** @param running nothing where this instance is no validator */
    void begin(@Nullable Validator running) {
        validator = running;
        begun.countDown();
    }

    public void prepare(UUID challenge) {
        validator().preparing().prepare(challenge);
    }

    public void judge(UUID challenge) {
        validator().judging().judge(challenge);
    }

    private Validator validator() {
        try {
            if (!begun.await(PATIENCE_S, TimeUnit.SECONDS)) {
                throw new EJBException("the validator has not begun yet");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EJBException("interrupted");
        }
        Validator running = validator;
        if (running == null) {
            throw new EJBException("this instance is no validator");
        }
        return running;
    }
}
