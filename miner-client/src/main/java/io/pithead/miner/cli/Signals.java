package io.pithead.miner.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Hears signals while they come: a shutdown hook would see the first one only, and the second has a meaning here. The
 * JDK's class for it is not of the public API but of the supported module jdk.unsupported; it is reached by reflection,
 * because naming it is a compiler warning that cannot be silenced.
 */
final class Signals {
    private Signals() {}

    /** Does nothing on a runtime without signals; there the process simply ends. */
    static void on(String signal, Runnable action) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        return switch (method.getName()) {
                            case "handle" -> {
                                action.run();
                                yield null;
                            }
                            case "equals" -> arguments[0] == proxy;
                            case "hashCode" -> System.identityHashCode(proxy);
                            default -> "signal " + signal;
                        };
                    });
            Object named = signalType.getConstructor(String.class).newInstance(signal);
            signalType.getMethod("handle", signalType, handlerType).invoke(null, named, handler);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException e) {
            System.getLogger(Signals.class.getName())
                    .log(System.Logger.Level.WARNING, () -> "signal.not-heard name=" + signal + " why=" + e);
        }
    }
}
