package io.pithead.coordinator.testing;

import io.pithead.coordinator.platform.Database.Action;
import io.pithead.protocol.json.Json;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** Counts the buffers that statements touch: what they cost whatever else the machine is doing. */
public final class Buffers {
    private static final String EXPLAIN = "explain (analyze, buffers, timing off, format json) ";

    private Buffers() {}

    /** Buffers hit or read by the queries that the work prepares on its connection; what it changes is rolled back. */
    public static long touched(DataSource dataSource, Action work) throws SQLException {
        var touched = new AtomicLong();
        try (Connection real = dataSource.getConnection()) {
            real.setAutoCommit(false);
            work.on((Connection) proxy(Connection.class, (method, arguments) -> {
                if (method.getName().equals("prepareStatement")) {
                    return explained(real, real.prepareStatement(EXPLAIN + arguments[0]), touched);
                }
                return method.invoke(real, arguments);
            }));
            real.rollback();
        }
        return touched.get();
    }

    private static Object explained(Connection real, PreparedStatement explain, AtomicLong touched) {
        return proxy(PreparedStatement.class, (method, arguments) -> {
            if (!method.getName().equals("executeQuery")) {
                return method.invoke(explain, arguments);
            }
            try (ResultSet plan = explain.executeQuery()) {
                plan.next();
                var top = Json.own(plan.getString(1), com.fasterxml.jackson.databind.JsonNode.class)
                        .path(0)
                        .path("Plan");
                touched.addAndGet(top.path("Shared Hit Blocks").asLong()
                        + top.path("Shared Read Blocks").asLong());
            }
            return real.createStatement().executeQuery("select where false");
        });
    }

    private interface Call {
        Object on(Method method, Object[] arguments) throws Exception;
    }

    private static Object proxy(Class<?> type, Call call) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
            try {
                return call.on(method, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
