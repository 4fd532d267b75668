package io.pithead.coordinator.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/** The server's threads: long-lived ones for loops and lanes, a pool for answers. */
@ApplicationScoped
public class Work {
    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    ManagedThreadFactory threads;

    @Resource(lookup = "java:comp/DefaultManagedExecutorService")
    ManagedExecutorService answers;

    public ThreadFactory threads() {
        return threads;
    }

    public Executor answers() {
        return answers;
    }
}
