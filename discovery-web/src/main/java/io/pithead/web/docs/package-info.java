/** The page that shows {@code /openapi}. Its files come from a WebJar; nothing is fetched from elsewhere. */
@NullMarked
package io.pithead.web.docs;

import org.jspecify.annotations.NullMarked;
