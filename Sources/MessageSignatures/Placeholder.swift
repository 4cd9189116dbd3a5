import ShangMi
import Crypto
import HTTPTypes
import RawStructuredFieldValues
package enum MessageSignaturesPlaceholder {}
