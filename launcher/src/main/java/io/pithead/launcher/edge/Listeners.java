package io.pithead.launcher.edge;

import java.lang.annotation.Annotation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.glassfish.grizzly.nio.NIOTransport;

/** Finds the listeners of the server that runs in this process. Payara publishes no jar with these classes to compile with. */
final class Listeners {
    private Listeners() {}

    /** The transports that listen now. */
    static Set<NIOTransport> find() throws ReflectiveOperationException {
        Class<?> locator = Class.forName("org.glassfish.hk2.api.ServiceLocator");
        Class<?> listener = Class.forName("org.glassfish.grizzly.config.dom.NetworkListener");
        Class<?> service = Class.forName("com.sun.enterprise.v3.services.impl.GrizzlyService");
        Object habitat = Class.forName("org.glassfish.internal.api.Globals")
                .getMethod("getDefaultHabitat")
                .invoke(null);
        Annotation[] any = {};
        Object grizzly =
                locator.getMethod("getService", Class.class, Annotation[].class).invoke(habitat, service, any);
        List<?> configured = (List<?>) locator.getMethod("getAllServices", Class.class, Annotation[].class)
                .invoke(habitat, listener, any);
        // a listener is configured once for each name that its configuration has
        var found = new LinkedHashSet<NIOTransport>();
        for (Object one : configured) {
            Object proxy = service.getMethod("lookupNetworkProxy", listener).invoke(grizzly, one);
            if (proxy != null) {
                Object open =
                        proxy.getClass().getMethod("getUnderlyingListener").invoke(proxy);
                Object transport = open == null
                        ? null
                        : open.getClass().getMethod("getTransport").invoke(open);
                // none while it is being made
                if (transport != null) {
                    found.add((NIOTransport) transport);
                }
            }
        }
        return found;
    }
}
