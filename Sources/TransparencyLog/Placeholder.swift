import Crypto
package enum TransparencyLogPlaceholder {}
