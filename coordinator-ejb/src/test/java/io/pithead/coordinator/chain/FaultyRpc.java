package io.pithead.coordinator.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A real node behind a line that fails, or lies, as a test says. */
final class FaultyRpc implements Rpc {
    private final Rpc real;
    private volatile Fault fault = (calls, node) -> node.call(calls);
    final List<String> methods = java.util.Collections.synchronizedList(new ArrayList<>());

    FaultyRpc(Rpc real) {
        this.real = real;
    }

    /** What happens in place of a call. */
    @FunctionalInterface
    interface Fault {
        List<Answer> on(List<Call> calls, Rpc node) throws RpcException;
    }

    @Override
    public List<Answer> call(List<Call> calls) throws RpcException {
        calls.forEach(call -> methods.add(call.method()));
        return fault.on(calls, real);
    }

    void fails(Fault with) {
        fault = with;
    }

    void heals() {
        fault = (calls, node) -> node.call(calls);
    }

    void dies() {
        fault = (calls, node) -> {
            throw new RpcException("dead");
        };
    }

    /** Each answer is what the lie makes of it; nothing leaves it as it is. */
    void lies(BiFunction<Call, Answer, @Nullable Answer> lie) {
        fault = (calls, node) -> {
            List<Answer> answers = node.call(calls);
            var told = new ArrayList<Answer>();
            for (int i = 0; i < calls.size(); i++) {
                Answer lied = lie.apply(calls.get(i), answers.get(i));
                told.add(lied == null ? answers.get(i) : lied);
            }
            return told;
        };
    }
}
