import CQREncode
import Crypto
import CryptoExtras
import X509
import SwiftASN1
package enum CityIdentityPlaceholder {}
