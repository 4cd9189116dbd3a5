import Hummingbird
import HummingbirdTLS
import Mustache
package enum ConsolePlaceholder {}
