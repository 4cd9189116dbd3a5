import COpenSSL
package enum ShangMiPlaceholder {}
