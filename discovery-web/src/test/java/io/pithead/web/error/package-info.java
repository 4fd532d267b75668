@NullMarked
package io.pithead.web.error;

import org.jspecify.annotations.NullMarked;
