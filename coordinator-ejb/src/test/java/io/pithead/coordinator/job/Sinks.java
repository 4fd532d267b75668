package io.pithead.coordinator.job;

import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.util.Iterator;
import java.util.List;

/** What the container would inject: the sinks a test brings. */
final class Sinks implements Instance<TransitionSink> {
    private final List<TransitionSink> sinks;

    Sinks(List<TransitionSink> sinks) {
        this.sinks = List.copyOf(sinks);
    }

    @Override
    public Iterator<TransitionSink> iterator() {
        return sinks.iterator();
    }

    @Override
    public TransitionSink get() {
        return sinks.getFirst();
    }

    @Override
    public Instance<TransitionSink> select(Annotation... qualifiers) {
        return this;
    }

    @Override
    public <U extends TransitionSink> Instance<U> select(Class<U> subtype, Annotation... qualifiers) {
        throw new IllegalStateException("sinks are not selected by type");
    }

    @Override
    public <U extends TransitionSink> Instance<U> select(TypeLiteral<U> subtype, Annotation... qualifiers) {
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
    public void destroy(TransitionSink instance) {}

    @Override
    public Handle<TransitionSink> getHandle() {
        throw new IllegalStateException("sinks have no handles");
    }

    @Override
    public Iterable<? extends Handle<TransitionSink>> handles() {
        return List.of();
    }
}
