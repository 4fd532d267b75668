@NullMarked
package io.pithead.web.metrics;

import org.jspecify.annotations.NullMarked;
