package io.pithead.coordinator.testing;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.util.Iterator;
import java.util.List;

/** What the container would inject: the sinks a test brings. */
public final class Sinks<T> implements Instance<T> {
    private final List<T> sinks;

    public Sinks(List<T> sinks) {
        this.sinks = List.copyOf(sinks);
    }

    @Override
    public Iterator<T> iterator() {
        return sinks.iterator();
    }

    @Override
    public T get() {
        return sinks.getFirst();
    }

    @Override
    public Instance<T> select(Annotation... qualifiers) {
        return this;
    }

    @Override
    public <U extends T> Instance<U> select(Class<U> subtype, Annotation... qualifiers) {
        throw new IllegalStateException("sinks are not selected by type");
    }

    @Override
    public <U extends T> Instance<U> select(TypeLiteral<U> subtype, Annotation... qualifiers) {
        throw new IllegalStateException("sinks are not selected by type");
    }

    @Override
    public boolean isUnsatisfied() {
        return sinks.isEmpty();
    }

    @Override
    public boolean isAmbiguous() {
        return sinks.size() > 1;
    }

    @Override
    public void destroy(T instance) {}

    @Override
    public Handle<T> getHandle() {
        throw new IllegalStateException("sinks have no handles");
    }

    @Override
    public Iterable<? extends Handle<T>> handles() {
        return List.of();
    }
}
