package io.pithead.miner.agent.core;

import io.pithead.protocol.node.Directive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whose output somebody follows. */
final class Followed {
    private static final String LOGS = "logs";
    private final Set<Attempt> attempts = new HashSet<>();

    /** Silence is an answer here: whom a heartbeat's answer does not name nobody follows any more. */
    List<Order> asked(List<Directive> directives, Function<Directive, Optional<Attempt>> ours) {
        Set<Attempt> wanted = directives.stream()
                .filter(directive -> LOGS.equals(directive.type()))
                .flatMap(directive -> ours.apply(directive).stream())
                .collect(Collectors.toSet());
        var orders = new ArrayList<Order>();
        wanted.stream().filter(attempts::add).forEach(attempt -> orders.add(new Order.Follow(attempt, true)));
        List<Attempt> left =
                attempts.stream().filter(attempt -> !wanted.contains(attempt)).toList();
        for (Attempt attempt : left) {
            attempts.remove(attempt);
            orders.add(new Order.Follow(attempt, false));
        }
        return orders;
    }

    void forget(Attempt attempt) {
        attempts.remove(attempt);
    }
}
