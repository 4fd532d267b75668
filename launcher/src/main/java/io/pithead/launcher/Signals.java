package io.pithead.launcher;

import java.lang.reflect.Proxy;

/**
 * Runs something on SIGTERM and SIGINT, in place of the JVM's own shutdown: shutdown hooks run all at once, and Payara
 * Micro has one, while the order in which the parts stop matters. {@code sun.misc.Signal} is exported by the
 * {@code jdk.unsupported} module; javac's warning about it cannot be turned off, hence the reflection.
 */
final class Signals {
    private Signals() {}

    static void onTermination(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object handler = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, args) -> {
                        action.run();
                        return null;
                    });
            for (String name : new String[] {"TERM", "INT"}) {
                signal.getMethod("handle", signal, handlerType)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), handler);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no sun.misc.Signal", e);
        }
    }
}
