package io.pithead.miner.cli;

import io.pithead.protocol.json.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** One line for each event on standard output, as text or as JSON. */
final class LogSetup {
    /** Kept, because the logging framework forgets loggers that nobody holds. */
    private static final Map<String, Logger> LOGGERS = new LinkedHashMap<>();

    private LogSetup() {}

    static void install(System.Logger.Level level, boolean json) {
        LogManager.getLogManager().reset();
        set("", Level.WARNING);
        set(
                "io.pithead",
                switch (level) {
                    case ERROR -> Level.SEVERE;
                    case WARNING -> Level.WARNING;
                    case DEBUG -> Level.FINE;
                    default -> Level.INFO;
                });
        Logger.getLogger("").addHandler(new Lines(json ? new JsonLine() : new TextLine()));
    }

    private static void set(String name, Level level) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(level);
        LOGGERS.put(name, logger);
    }

    private static String word(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "ERROR";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "WARN";
        }
        return level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    private static final class Lines extends Handler {
        Lines(Formatter formatter) {
            setFormatter(formatter);
            setLevel(Level.ALL);
        }

        @Override
        public synchronized void publish(LogRecord line) {
            System.out.println(getFormatter().format(line));
            System.out.flush();
        }

        @Override
        public void flush() {
            System.out.flush();
        }

        @Override
        public void close() {
            flush();
        }
    }

    private static final class TextLine extends Formatter {
        @Override
        public String format(LogRecord line) {
            return Instant.ofEpochMilli(line.getMillis()) + " " + word(line.getLevel()) + " " + formatMessage(line)
                    + stack(line);
        }

        private static String stack(LogRecord line) {
            if (line.getThrown() == null) {
                return "";
            }
            var text = new StringWriter();
            line.getThrown().printStackTrace(new PrintWriter(text, true));
            return "\n" + text.toString().stripTrailing();
        }
    }

    private static final class JsonLine extends Formatter {
        @Override
        public String format(LogRecord line) {
            var document = new LinkedHashMap<String, Object>();
            document.put("at", Instant.ofEpochMilli(line.getMillis()));
            document.put("level", word(line.getLevel()));
            document.put("message", formatMessage(line));
            if (line.getThrown() != null) {
                document.put("thrown", line.getThrown().toString());
            }
            return Json.text(document);
        }
    }
}
