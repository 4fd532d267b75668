package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node of a chain, by JSON-RPC. */
@FunctionalInterface
public interface Rpc {
    /** Answers come in the order of the calls, one each. */
    List<Answer> call(List<Call> calls) throws RpcException;

    /** One call. */
    record Call(String method, List<?> params) {
        public Call {
            params = List.copyOf(params);
        }

        static Call of(String method, Object... params) {
            return new Call(method, List.of(params));
        }
    }

    /** A result, which may be JSON's null, or an error. */
    record Answer(@Nullable JsonNode result, @Nullable Failure failure) {
        JsonNode orThrow() throws RpcException {
            if (failure != null) {
                throw new RpcException("the node refuses: " + failure.message());
            }
            if (result == null) {
                throw new RpcException("the node answers nothing");
            }
            return result;
        }
    }

    /** @param data what a contract says of why it reverts, in hexadecimal; empty when nothing */
    record Failure(int code, String message, String data) {}
}
