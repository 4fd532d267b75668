package io.pithead.web;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** One origin serves everything, so the application is the root. */
@ApplicationPath("/")
public class PitheadApplication extends Application {}
