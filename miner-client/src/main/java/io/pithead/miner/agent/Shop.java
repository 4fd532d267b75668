package io.pithead.miner.agent;

import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.hardware.EnergyMeter;
import io.pithead.miner.workload.ChildSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/** What every job of this agent is done with. */
record Shop(
        WorkDir dir,
        Spool spool,
        LogShelf logs,
        CoordinatorApi api,
        EnergyMeter energy,
        InstantSource clock,
        ChildSettings children,
        Set<String> offered,
        Duration longestRuntime,
        long ramShareMb) {}
