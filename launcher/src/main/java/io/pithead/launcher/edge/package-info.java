/**
 * The HTTP edge in front of the application: what Grizzly's listeners do by themselves and cannot be told otherwise by
 * configuration. Loaded over Payara Micro's own classes, so nothing outside this package names them.
 *
 * <pre>
 *   bytes ──▶ Codec (a head in time, or 408) ──▶ Gate (a path that can be served, or 4xx) ──▶ Payara ──▶ application
 *               └── what cannot be parsed: 4xx                        └── counted until its answer is sent
 * </pre>
 *
 * <p>Every answer given here is in the error envelope. While the server drains, every answer closes its connection.
 */
@NullMarked
package io.pithead.launcher.edge;

import org.jspecify.annotations.NullMarked;
