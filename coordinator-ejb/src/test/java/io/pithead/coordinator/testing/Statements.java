package io.pithead.coordinator.testing;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Database.Action;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/** The statements that some work prepares. */
public final class Statements {
    private Statements() {}

    public static List<String> of(Database database, Action work) {
        var statements = new ArrayList<String>();
        database.doInTransaction(real -> work.on((Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (method.getName().equals("prepareStatement")) {
                        statements.add(String.valueOf(arguments[0]));
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                })));
        return statements;
    }
}
