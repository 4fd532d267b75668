/**
 * {@code /metrics} in OpenMetrics text, and the measuring of requests. A route is the template from the code, never the
 * path of a request, so nobody outside can make new series.
 */
@NullMarked
package io.pithead.web.metrics;

import org.jspecify.annotations.NullMarked;
