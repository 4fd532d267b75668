@NullMarked
package io.pithead.web.docs;

import org.jspecify.annotations.NullMarked;
