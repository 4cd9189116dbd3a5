import GRDB
import HashTreeCollections
import Logging
import Metrics
package enum LedgerPlaceholder {}
