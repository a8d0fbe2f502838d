/** What listeners for datagrams share. */
@NullMarked
package orzo.datagram;

import org.jspecify.annotations.NullMarked;
