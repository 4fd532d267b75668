package io.pithead.coordinator.artifact;

import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;

/** Opens the artifact store with the server, so that a folder it cannot use is known then and not at the first upload. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class ArtifactStart {
    @Inject
    ArtifactFacade artifacts;

    @PostConstruct
    void start() {
        artifacts.start();
    }
}
