package io.pithead.launcher;

/** What one client may take of the HTTP edge. The same values are set on a full server by ear/payara-server.asadmin. */
final class HttpLimits {
    /** Between two requests of one connection; longer than the longest pause of a miner between two polls. */
    static final int KEEP_ALIVE_SECONDS = 75;
    /** Without a byte in either direction while a request is being read; a parked poll is not idle in this sense. */
    static final int IDLE_SECONDS = 60;
    /** From the first byte of a request's head to its last; from the opening of a connection to its first request. */
    static final int HEAD_SECONDS = 30;
    /** One read of a body may wait this long. */
    static final int BODY_READ_MILLIS = 10_000;

    static final int WRITE_MILLIS = 10_000;
    static final int HEADER_BYTES = 8192;
    static final int HEADERS = 64;
    static final int PARAMETERS = 100;
    static final int FORM_BYTES = 65_536;
    /** Of a body that nobody reads, before the connection is closed instead. */
    static final int SWALLOWED_BYTES = 1 << 20;
    /** 10,000 parked miners, each with a second connection for its heartbeat, and everybody else. */
    static final int CONNECTIONS = 24_576;

    /** One that only accepts, and two that read: one that reads as well accepts no more than one connection a round. */
    static final int SELECTORS = 3;

    static final int MIN_THREADS = 8;
    /** Requests at work hold a thread, and most of them a database connection, of which there are fewer. */
    static final int MAX_THREADS = 64;

    static final int QUEUED_REQUESTS = 16_384;

    private HttpLimits() {}
}
