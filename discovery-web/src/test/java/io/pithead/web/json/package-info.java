@NullMarked
package io.pithead.web.json;

import org.jspecify.annotations.NullMarked;
