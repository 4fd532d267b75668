package io.pithead.coordinator.platform;

/** The settings of one component. All sections are read before anything starts, so that all problems are reported at once. */
public interface ConfigSection {
    void read(ConfigReader reader);
}
